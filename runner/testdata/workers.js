// Starts a worker of every kind, a popup, and a worker in a frame of another site.
// start() resolves to the answer of each kind, as JSON.
const limit = 60_000;
const message = (from) => new Promise((resolve) => { from.onmessage = (e) => resolve(e.data); });
const kinds = {
  popup: () => { open('/popup'); return message(window); }, // first: a click counts for 5 s
  dedicated: () => message(new Worker('/answer.js')),
  nested: () => message(new Worker('/nest.js')),
  blob: () => message(new Worker(URL.createObjectURL(new Blob(['postMessage("answers")'])))),
  shared: () => message(new SharedWorker('/shared.js').port),
  service: async () => {
    await navigator.serviceWorker.register('/service.js');
    const channel = new MessageChannel();
    (await navigator.serviceWorker.ready).active.postMessage('', [channel.port2]);
    return message(channel.port1);
  },
  worklet: () => new AudioContext().audioWorklet.addModule('/worklet.js').then(() => 'answers'),
  frame: () => {
    const frame = document.createElement('iframe');
    frame.src = `https://other.test:${location.port}/inner`;
    document.body.append(frame);
    return message(window);
  },
};
async function start() {
  const answers = {};
  for (const [kind, run] of Object.entries(kinds)) {
    const late = new Promise((resolve) => { setTimeout(resolve, limit, 'NO ANSWER'); });
    answers[kind] = await Promise.race([run(), late]);
  }
  return JSON.stringify(answers);
}
