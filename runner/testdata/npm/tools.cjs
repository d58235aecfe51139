// Opens a page of the restored browser, in the way that the tool's documentation
// shows first, and prints what its start() resolves to.
// Arguments: the tool, and the page's address.
const { chromium } = require('playwright-core');
const puppeteer = require('puppeteer-core');
const CDP = require('chrome-remote-interface');
const WebSocket = require('ws');

const address = process.env.SESSIONFERRY_CDP_URL;
const secret = address.replace('ws:', 'http:').replace(/\/devtools\/.*/, '');
const start = () => globalThis.start();
const clicked = { expression: 'start()', awaitPromise: true, userGesture: true };

// inPage works in the first context, which holds the session.
async function inPage(context, page) {
  const tab = await context.newPage();
  await tab.goto(page);
  return tab.evaluate(start);
}

const tools = {
  'playwright': async (page) => inPage((await chromium.connectOverCDP(address)).contexts()[0], page),
  'playwright by http': async (page) => inPage((await chromium.connectOverCDP(secret)).contexts()[0], page),
  'puppeteer': async (page) => inPage(await puppeteer.connect({ browserWSEndpoint: address }), page),
  'chrome-remote-interface': async (page) => {
    const { Target, Page, Runtime } = await CDP({ target: address });
    const { targetId } = await Target.createTarget({ url: 'about:blank' });
    const { sessionId } = await Target.attachToTarget({ targetId, flatten: true });
    await Page.enable({}, sessionId);
    const loaded = Page.loadEventFired(sessionId);
    await Page.navigate({ url: page }, sessionId);
    await loaded;
    return (await Runtime.evaluate(clicked, sessionId)).result.value;
  },
  'websocket': async (page) => {
    const socket = new WebSocket(address);
    const answers = new Map();
    const loads = [];
    socket.on('message', (data) => {
      const m = JSON.parse(data);
      if (m.id) answers.get(m.id)(m.result);
      else if (m.method === 'Page.loadEventFired') loads.forEach((done) => done());
    });
    await new Promise((resolve) => { socket.on('open', resolve); });
    const call = (method, params, sessionId) => new Promise((resolve) => {
      answers.set(answers.size + 1, resolve);
      socket.send(JSON.stringify({ id: answers.size, method, params, sessionId }));
    });
    const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
    await call('Page.enable', {}, sessionId);
    const loaded = new Promise((resolve) => { loads.push(resolve); });
    await call('Page.navigate', { url: page }, sessionId);
    await loaded;
    return (await call('Runtime.evaluate', clicked, sessionId)).result.value;
  },
};

const [tool, page] = process.argv.slice(2);
tools[tool](page).then((answer) => {
  console.log(answer);
  process.exit();
}, (error) => {
  console.error(error);
  process.exit(1);
});
