/**
 * The process of the Hocuspocus peers: its server with default settings on the port of PORT, with
 * its Redis extension where there is a REDIS_PORT.
 */
import { Redis } from '@hocuspocus/extension-redis';
import { Server } from '@hocuspocus/server';

const redisPort = process.env['REDIS_PORT'];
const extensions =
  redisPort === undefined ? [] : [new Redis({ host: '127.0.0.1', port: Number(redisPort) })];
const server = new Server({
  address: '127.0.0.1',
  port: Number(process.env['PORT']),
  quiet: true,
  extensions,
});
await server.listen();
