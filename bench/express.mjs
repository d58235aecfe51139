// What the vault's load is measured beside: a small server that keeps one JSON file
// a user, written and read whole, without a sync. With its files it does what the
// popular server for syncing cookies does (easychen/CookieCloud): what was written is
// read again and compared, and a file is looked for before it is read. It checks no
// token and no signature, and leaves out that server's middleware. Arguments: the path
// of express, the folder of the files.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [library, folder] = process.argv.slice(2);
const { default: express } = await import(pathToFileURL(library).href);
const app = express();
app.use(express.json({ limit: '50mb' }));

const file = (user) => path.join(folder, path.basename(user) + '.json');

app.put('/users/:user', (request, response) => {
  const name = file(request.params.user);
  const content = JSON.stringify({ encrypted: request.body.encrypted });
  fs.writeFileSync(name, content);
  response.json({ action: fs.readFileSync(name, 'utf8') === content ? 'done' : 'error' });
});

app.get('/users/:user', (request, response) => {
  const name = file(request.params.user);
  if (!fs.existsSync(name)) return response.status(404).send('Not Found');
  response.json(JSON.parse(fs.readFileSync(name, 'utf8')));
});

const server = app.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
