// Fills localStorage or sessionStorage of one origin, compares, and returns the
// report for the runner, or undefined where there is nothing to do. It runs in
// an isolated world of every new document, before any script of the page, until
// the runner takes it away, which it does on the first report; or in a blank
// page. arg is part in storage.go.
const fill = (arg) => {
  if (self.origin !== arg.origin) return;
  const framed = top !== self;
  if (!arg.framed.includes(framed)) return;
  // Frames have a storage of their own under each site that embeds them: only
  // the app's own sites count.
  const above = location.ancestorOrigins;
  if (framed && !arg.tops.includes(above[above.length - 1])) return;
  let area;
  try {
    area = arg.kind === 'local' ? localStorage : sessionStorage;
  } catch {
    return; // the document may not use storage
  }
  const lost = [];
  // What holds something already was filled by another document, and the app
  // has worked with it since.
  const fresh = area.length === 0;
  for (const item of fresh ? arg.items : []) {
    const key = text(item.key);
    const value = text(item.value);
    try {
      area.setItem(key, value);
    } catch {
      // over the quota: the comparison below says so
    }
    // Chromium changes such a key of sessionStorage by the next page.
    const kept = arg.kind === 'local' || key.isWellFormed();
    if (!kept || area.getItem(key) !== value) lost.push(key.toWellFormed());
  }
  return JSON.stringify({ origin: arg.origin, framed, kind: arg.kind, fresh, lost });
};
