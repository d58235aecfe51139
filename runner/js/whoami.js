// Asks the app, past every cache: a cached page may still greet somebody whom
// the app has signed out. Returns {status, headers, body}; status 0 means no answer
// of this origin: a portal or a sign-in service that a redirect leads to does not
// answer for the app. bearer, which may be null, names the item of web storage that
// goes along as a token; with fromToken the token stands for the body of an answer
// that accepts it.
const ask = async ({ path, bearer, fromToken, headers, limit }) => {
  const token = bearer && { local: localStorage, session: sessionStorage }[bearer.store].getItem(bearer.name);
  try {
    const response = await fetch(path, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      cache: 'no-store',
      credentials: 'same-origin',
      referrerPolicy: 'no-referrer',
    });
    if (new URL(response.url).origin !== location.origin) throw new Error('another origin');
    const body = fromToken && response.ok ? token : await response.text();
    const came = headers.filter((name) => response.headers.has(name)).map((name) => [name, response.headers.get(name)]);
    return JSON.stringify({
      status: response.status,
      headers: Object.fromEntries(came),
      body: body.length > limit ? '' : body.toWellFormed(),
    });
  } catch {
    return JSON.stringify({ status: 0, headers: {}, body: '' });
  }
};
