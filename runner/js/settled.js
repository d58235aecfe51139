// Resolves when the browser holds all that this page wrote to localStorage. A
// page's process hands that over in its own time, and takes with it what is under
// way when it ends. The browser tells every other document of the origin, in
// order, so one is made to listen to the last change: a key taken away and
// written anew.
const settled = () =>
  new Promise((done) => {
    const key = localStorage.key(0);
    if (key === null) return done();
    const other = document.createElement('iframe');
    document.documentElement.append(other);
    let away = false;
    other.contentWindow.addEventListener('storage', (event) => {
      if (event.key !== key) return;
      away ||= event.newValue === null;
      if (!away || event.newValue === null) return;
      other.remove();
      done();
    });
    const value = localStorage.getItem(key);
    localStorage.removeItem(key);
    localStorage.setItem(key, value);
  });
