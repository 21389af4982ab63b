import type { FastifyBaseLogger } from 'fastify';
import type { NewsDesk, WorkspaceNews } from './domain/ports.ts';

/** The desk news is published at, and where the relay, socket.io and the outbox listen. */
export interface NewsHub extends NewsDesk {
  /** Returns the function that stops listening. */
  subscribe(listener: (news: WorkspaceNews) => void): () => void;
}

/** A hub in this process. A listener that throws is logged and keeps nothing from the others. */
export function createNewsHub(logger: FastifyBaseLogger): NewsHub {
  const listeners = new Set<(news: WorkspaceNews) => void>();
  return {
    publish(news) {
      for (const listener of listeners) {
        try {
          listener(news);
        } catch (error) {
          logger.error({ err: error, type: news.type }, 'news could not be passed on');
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
