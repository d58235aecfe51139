// Sends as many bytes through a port of a bare host as a bundle has, in chunks
// of the same size, and waits until they have arrived at a bare server.
(async () => {
  const browser = globalThis.browser ?? globalThis.chrome;
  const port = browser.runtime.connectNative('%s');
  const next = () => new Promise((resolve) => {
    const take = (message) => (port.onMessage.removeListener(take), resolve(message));
    port.onMessage.addListener(take);
  });
  const begun = next();
  port.postMessage({ size: 0 });
  await begun; // the process runs
  const data = new Uint8Array(%d).map((_, i) => 32 + ((i * 31) %% 90));
  const text = new TextDecoder().decode(data);
  const started = performance.now();
  const arrived = next();
  port.postMessage({ size: text.length });
  for (let at = 0; at < text.length; at += 262144) port.postMessage({ data: text.slice(at, at + 262144) });
  await arrived;
  const took = performance.now() - started;
  port.disconnect();
  return String(took);
})()
