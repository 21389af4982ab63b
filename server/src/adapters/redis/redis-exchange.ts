import type { NewsExchange } from '../../news-hub.ts';
import { decodeNews, encodeNews } from './news-schema.ts';
import type { RedisLink } from './redis-link.ts';

/** Channel of the workspace's news. */
const CHANNEL = 'workspace';

/** The workspace's news between nodes over Redis. Ends with the link. */
export function createRedisExchange(link: RedisLink): NewsExchange {
  return {
    send(news) {
      const bytes = encodeNews(news);
      if (bytes !== null) link.publish(CHANNEL, bytes);
    },
    listen(listener) {
      link.listen(CHANNEL, (bytes) => {
        const news = decodeNews(bytes);
        if (news !== null) listener(news);
      });
    },
  };
}
