import type { Bus } from '@plenary/relay';
import type { RedisLink } from './redis-link.ts';

/** The relay's Bus over Redis: a channel a chapter, entered while its room is open. */
export function createRedisBus(link: RedisLink): Bus {
  const channelOf = (chapterId: string): string => `chapter:${chapterId}`;
  return {
    node: link.node,
    publish: (chapterId, news) => link.publish(channelOf(chapterId), news),
    listen: (chapterId, listener) => link.listen(channelOf(chapterId), listener),
  };
}
