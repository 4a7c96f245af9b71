// A server that is told things, as people write one: it checks every signature with the library of the standard.

import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { freePort } from './server.mjs';

/// Starts one that takes everything that is signed well. It ends with us.
export async function startReceiver() {
  const receiver = { heard: [], wrong: [], secret: '', status: 200 };
  const http = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      try {
        receiver.heard.push(new Webhook(receiver.secret).verify(body, request.headers));
      } catch (error) {
        receiver.wrong.push(error.message);
      }
      response.writeHead(receiver.status).end();
    });
  });
  http.on('connection', (socket) => socket.unref());
  const port = await freePort();
  await new Promise((listens) => http.listen(port, '127.0.0.1', listens));
  http.unref();
  receiver.url = `http://127.0.0.1:${port}/access`;
  return receiver;
}
