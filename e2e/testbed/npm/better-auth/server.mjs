// Better Auth on a host page of our own, since it is an engine and no app: node server.mjs PORT.
// Users are alice and bob; a browser can be signed in as both. All is kept in memory.
import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { multiSession, twoFactor, username } from 'better-auth/plugins';

const port = Number(process.argv[2]);
const page = await readFile(new URL('page.html', import.meta.url));

const auth = betterAuth({
  baseURL: `http://ba.localhost:${port}`,
  secret: randomBytes(32).toString('hex'),
  database: memoryAdapter({ user: [], session: [], account: [], verification: [], twoFactor: [] }),
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  emailAndPassword: { enabled: true, minPasswordLength: 8, revokeSessionsOnPasswordReset: true },
  user: { changeEmail: { enabled: true, updateEmailWithoutVerification: true } },
  advanced: {
    cookiePrefix: '__Host-ba',
    defaultCookieAttributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
  },
  plugins: [username(), twoFactor({ issuer: 'Better Auth host' }), multiSession({ maximumSessions: 5 })],
});

for (const name of ['alice', 'bob']) {
  const body = { name, username: name, email: `${name}@example.test`, password: `${name}-Passw0rd-1` };
  await auth.api.signUpEmail({ body });
}

const api = toNodeHandler(auth);
const server = http.createServer((request, response) => {
  if (request.url.startsWith('/api/auth/')) {
    api(request, response);
    return;
  }
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.end(page);
});
server.listen(port, '127.0.0.1');
