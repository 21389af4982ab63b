import type { FastifyBaseLogger } from 'fastify';
import type { NewsDesk, WorkspaceNews } from './domain/ports.ts';

/** Where news comes from: this node, or another one that told it already to whom it reached. */
export type NewsOrigin = 'here' | 'elsewhere';

/** Hears the workspace's news. */
export type NewsListener = (news: WorkspaceNews, origin: NewsOrigin) => void;

/** The desk news is published at, and where the relay, socket.io and the outbox listen. */
export interface NewsHub extends NewsDesk {
  /** Tells the listeners of this node alone: for what every node finds out by itself. */
  tellHere(news: WorkspaceNews): void;
  /** Returns the function that stops listening. */
  subscribe(listener: NewsListener): () => void;
}

/** The way to the hubs of the other nodes. */
export interface NewsExchange {
  /** Tells every other node, when it can be reached. Never throws. */
  send(news: WorkspaceNews): void;
  /** Hears what other nodes send. */
  listen(listener: (news: WorkspaceNews) => void): void;
}

/**
 * A hub in this process; with an exchange, news published at one node reaches the listeners of all. A
 * listener that throws is logged and keeps nothing from the others.
 */
export function createNewsHub(
  logger: FastifyBaseLogger,
  exchange: NewsExchange | null = null,
): NewsHub {
  const listeners = new Set<NewsListener>();
  const tell = (news: WorkspaceNews, origin: NewsOrigin): void => {
    for (const listener of listeners) {
      try {
        listener(news, origin);
      } catch (error) {
        logger.error({ err: error, type: news.type }, 'news could not be passed on');
      }
    }
  };
  exchange?.listen((news) => tell(news, 'elsewhere'));
  return {
    publish(news) {
      tell(news, 'here');
      exchange?.send(news);
    },
    tellHere: (news) => tell(news, 'here'),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
