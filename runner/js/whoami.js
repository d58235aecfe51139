// Asks the app, past every cache: a cached page may still greet somebody whom
// the app has signed out. Returns {status, body}; status 0 means no answer. A
// redirect to another site, such as a sign-in service, cannot be followed from
// here and counts as its status alone. bearer, which may be null, names the item
// of web storage that goes along as a token; with fromToken the token stands for
// the body of an answer that accepts it.
const ask = async ({ path, bearer, fromToken, limit }) => {
  const token = bearer && { local: localStorage, session: sessionStorage }[bearer.store].getItem(bearer.name);
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const options = { headers, cache: 'no-store', credentials: 'same-origin', referrerPolicy: 'no-referrer' };
  try {
    const response = await fetch(path, options);
    const body = fromToken && response.ok ? token : await response.text();
    return JSON.stringify({ status: response.status, body: body.length > limit ? '' : body.toWellFormed() });
  } catch {
    try {
      const response = await fetch(path, { ...options, redirect: 'manual' });
      return JSON.stringify({ status: response.type === 'opaqueredirect' ? 302 : 0, body: '' });
    } catch {
      return JSON.stringify({ status: 0, body: '' });
    }
  }
};
