// Prints, in milliseconds, how long Playwright takes from the start of a browser
// to a context with a storageState, and to its first page.
// Arguments: the path of playwright-core, of Chromium, and of the storageState.
import { pathToFileURL } from 'node:url';

const [library, executablePath, storageState] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(library).href);
const started = performance.now();
const args = ['--host-resolver-rules=MAP *.test 127.0.0.1', '--disable-gpu'];
const browser = await chromium.launch({ executablePath, args, chromiumSandbox: false });
const launched = performance.now();
const context = await browser.newContext({ storageState, ignoreHTTPSErrors: true });
const restored = performance.now();
await context.newPage();
const ready = performance.now();
await browser.close();
console.log(JSON.stringify({ context: restored - launched, restored: restored - started, ready: ready - started }));
