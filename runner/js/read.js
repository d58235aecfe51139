// The items of a storage as the runner's session.Item, in the order of the storage.
// The inverse of text.js: a string that JSON cannot carry goes as its UTF-16 code
// units.
const written = (s) => {
  if (s.isWellFormed()) return s;
  let bytes = '';
  for (let i = 0; i < s.length; i += 1) bytes += String.fromCharCode(s.charCodeAt(i) & 255, s.charCodeAt(i) >> 8);
  return { utf16: btoa(bytes) };
};
const items = (area) => {
  const keys = Array.from({ length: area.length }, (_, i) => area.key(i));
  return JSON.stringify(keys.map((key) => ({ key: written(key), value: written(area.getItem(key)) })));
};
