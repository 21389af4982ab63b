import { deflateSync, crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILE_MAX_BYTES } from '../src/domain/files/files.ts';
import { openApiWorld, type ApiWorld, type Caller } from './api-world.ts';

/** A picture of one black pixel. */
function onePixelPng(padding = 0): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.alloc(padding, 'x')),
    chunk('IDAT', deflateSync(Buffer.from([0, 0]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('files', () => {
  let world: ApiWorld;
  let chair: Caller;
  let observer: Caller;
  let stranger: Caller;
  let documentId: string;

  beforeAll(async () => {
    world = await openApiWorld();
    chair = await world.caller('Chair');
    observer = await world.caller('Observer');
    stranger = await world.caller('Stranger');
    const { id } = (await world.call(chair, 'POST', '/activities', { title: 'A' })).json();
    const path = `/activities/${id}/members/${observer.email}`;
    await world.call(chair, 'PUT', path, { role: 'observer' });
    const created = await world.call(chair, 'POST', `/activities/${id}/documents`, { title: 'D' });
    documentId = created.json().id;
  });
  afterAll(() => world.close());

  function upload(
    caller: Caller,
    bytes: Uint8Array,
    { name = 'figure.png', type = 'image/png', field = 'file' } = {},
  ) {
    const boundary = 'xxBOUNDARYxx';
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`;
    return world.app.inject({
      method: 'POST',
      url: `/api/v1/documents/${documentId}/files`,
      headers: {
        authorization: `Bearer ${caller.token}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
      payload: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    });
  }

  it('[A9] a picture is kept and given back to who may read the document, and to nobody else', async () => {
    const bytes = onePixelPng();
    const answer = await upload(chair, bytes, { name: '../Abb. “1”.jpg', type: 'text/html' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      type: 'image/png',
      size: bytes.length,
      name: 'Abb. “1”.jpg',
    });
    const path = answer.json().url.replace('/api/v1', '');
    const read = await world.call(observer, 'GET', path);
    expect(read.rawPayload.equals(bytes)).toBe(true);
    expect(read.headers).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    });
    expect(read.headers['content-security-policy']).toContain('sandbox');
    const again = (caller: Caller) =>
      world.app.inject({
        url: `/api/v1${path}`,
        headers: {
          authorization: `Bearer ${caller.token}`,
          'if-none-match': String(read.headers.etag),
        },
      });
    expect((await again(observer)).statusCode).toBe(304);
    expect((await again(stranger)).statusCode).toBe(404);
    expect((await world.call(stranger, 'GET', path)).statusCode).toBe(404);
    expect((await world.call(null, 'GET', path)).statusCode).toBe(401);
  });

  it('[A9] an image that is not an image is refused, whatever it calls itself', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const html = '<!doctype html><script>alert(1)</script>';
    for (const content of [svg, html, 'plain text', '', '%PDF-1.7 not a picture']) {
      const answer = await upload(chair, Buffer.from(content));
      expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported_file']);
    }
  });

  it('[A9] a file that is too large is refused with the limit, and nothing of it is kept', async () => {
    const answer = await upload(chair, onePixelPng(FILE_MAX_BYTES));
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'too_large']);
    expect(answer.json().detail).toContain('10 MB');
    const rows = await world.workspace.db.selectFrom('files').select('size').execute();
    expect(rows.every((row) => row.size <= FILE_MAX_BYTES)).toBe(true);
  });

  it('[A1] who only reads may not upload', async () => {
    expect((await upload(observer, onePixelPng())).statusCode).toBe(403);
    expect((await upload(stranger, onePixelPng())).statusCode).toBe(404);
  });

  it('a request without the file, or that is no form, is told what to send', async () => {
    const wrongField = await upload(chair, onePixelPng(), { field: 'picture' });
    expect(wrongField.json().code).toBe('invalid_input');
    const json = await world.call(chair, 'POST', `/documents/${documentId}/files`, { file: 'x' });
    expect([json.statusCode, json.json().code]).toEqual([415, 'unsupported_media_type']);
  });
});
