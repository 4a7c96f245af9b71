// A server that is told things, as people write one: it checks every signature with the library of the standard.

import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { freePort } from './server.mjs';

/// Starts one that takes everything that is signed well. It ends with us.
export async function startReceiver() {
  const receiver = { heard: [], wrong: [], secret: '', status: 200, says: '' };
  const http = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      try {
        const message = new Webhook(receiver.secret).verify(body, request.headers);
        receiver.heard.push({ ...message, id: request.headers['webhook-id'] });
      } catch (error) {
        receiver.wrong.push(error.message);
      }
      response.writeHead(receiver.status).end(receiver.says);
    });
  });
  http.on('connection', (socket) => socket.unref());
  const port = await freePort();
  await new Promise((listens) => http.listen(port, '127.0.0.1', listens));
  http.unref();
  receiver.url = `http://127.0.0.1:${port}/access`;
  /// Answers a question, at `at` of the server's clock; the status and what the server says.
  receiver.answers = async ({ id, data }, answer, at) => {
    const body = JSON.stringify(answer);
    const signature = new Webhook(receiver.secret).sign(id, at, body);
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signature,
    };
    const said = await fetch(data.answer_to, { method: 'POST', headers, body, signal: AbortSignal.timeout(5_000) });
    return [said.status, await said.json()];
  };
  return receiver;
}
