/** The process of the Hocuspocus peer: its server with default settings on the port of PORT. */
import { Server } from '@hocuspocus/server';

const server = new Server({ address: '127.0.0.1', port: Number(process.env['PORT']), quiet: true });
await server.listen();
