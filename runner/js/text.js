// A string of the page from session.Text: a plain string, or its UTF-16 code
// units where JSON could not carry it.
const text = (t) => {
  if (typeof t === 'string') return t;
  const bytes = atob(t.utf16);
  let out = '';
  for (let i = 0; i < bytes.length; i += 2) out += String.fromCharCode(bytes.charCodeAt(i) | (bytes.charCodeAt(i + 1) << 8));
  return out;
};
