// What the vault's load is measured beside: the usual small server that keeps one
// JSON file a user, written and read whole, without a sync. It checks no token and
// no signature. Arguments: the path of express, the folder of the files.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [library, folder] = process.argv.slice(2);
const { default: express } = await import(pathToFileURL(library).href);
const app = express();
app.use(express.json({ limit: '50mb' }));

const file = (user) => path.join(folder, path.basename(user) + '.json');

app.put('/users/:user', (request, response) => {
  fs.writeFileSync(file(request.params.user), JSON.stringify(request.body));
  response.json({ done: true });
});

app.get('/users/:user', (request, response) => {
  response.json(JSON.parse(fs.readFileSync(file(request.params.user), 'utf8')));
});

const server = app.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
