// What the test bed does in Firefox's own scope, where pages cannot reach: all
// that a person does outside of a page. Values go back as strings.
((addon) => {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
  const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
  const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');

  const windows = () => [...Services.wm.getEnumerator('navigator:browser')];
  const popupsOf = (win) => [...win.document.querySelectorAll('.webextension-popup-browser')];
  const extension = () => WebExtensionPolicy.getByID(addon).extension;
  const tabBrowser = NavigableManager.getBrowserById.bind(NavigableManager);
  const windowOf = (tab) => tabBrowser(tab).ownerDocument.defaultView;

  // The remote protocol knows tabs only. With this, popups have ids too.
  NavigableManager.getBrowserById = (id) =>
    windows().flatMap(popupsOf).find((browser) => NavigableManager.getIdForBrowser(browser) === id) ?? tabBrowser(id);

  /**
   * @param {string} what
   * @param {() => any} ready
   */
  async function until(what, ready) {
    for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
      const value = ready();
      if (value) return value;
    }
    throw new Error(`no ${what}`);
  }

  async function closePopups() {
    for (const browser of windows().flatMap(popupsOf)) browser.closest('panel')?.hidePopup();
    await until('end of the popup', () => windows().flatMap(popupsOf).length === 0);
  }

  globalThis.sessionferryBed = {
    /** Clicks the extension's button above a tab; returns the popup's id. */
    async openPopup(tab) {
      const win = windowOf(tab);
      win.gBrowser.selectedTab = win.gBrowser.getTabForBrowser(tabBrowser(tab));
      await closePopups();
      win.focus(); // a popup of a window in the background closes at once
      await until('window in front', () => Services.focus.activeWindow === win);
      await ExtensionParent.apiManager.global.browserActionFor(extension()).openPopup(win);
      const browser = await until('popup', () => popupsOf(win).find((b) => b.closest('panel')?.state === 'open'));
      browser.permanentKey ??= {};
      return NavigableManager.getIdForBrowser(browser);
    },

    /** Closes the popup as a click beside it does. */
    async closePopup() {
      await closePopups();
      return '';
    },

    /** The ids of the open popups. */
    popups: () => JSON.stringify(windows().flatMap(popupsOf).map((browser) => NavigableManager.getIdForBrowser(browser))),

    darken(popup, scheme) {
      NavigableManager.getBrowserById(popup).browsingContext.prefersColorSchemeOverride = scheme;
      return '';
    },

    /** Answers the browser's prompt, by the button that a person clicks. */
    async answer(tab, button) {
      const shown = () => windowOf(tab).document.querySelector('#notification-popup[panelopen] > #addon-webext-permissions-notification:not([hidden])');
      await until('prompt', shown);
      // A click right after the prompt has come up is passed over, so that none is met by accident.
      await until('end of the prompt', () => {
        shown()?.[button].click();
        return !shown();
      });
      return '';
    },

    /** Ends the extension's event page as a crash would: by itself Firefox waits for the host to go. */
    async endBackground() {
      await extension().terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true });
      return '';
    },

    async allow(...origins) {
      await ExtensionPermissions.add(addon, { permissions: [], origins }, extension());
      return '';
    },

    cookies: (...names) => JSON.stringify(Services.cookies.cookies.filter(({ name }) => names.includes(name)).map(({ value }) => value)),

    async clear() {
      await new Promise((done) => Services.clearData.deleteDataFromOriginAttributesPattern({ userContextId: 0, privateBrowsingId: 0 }, { onDataDeleted: done }));
      return '';
    },

    /** Opens a private window; returns the id of its tab. */
    async openPrivate() {
      const win = await globalThis.OpenBrowserWindow({ private: true });
      await until('private window', () => win.gBrowserInit?.delayedStartupFinished);
      return NavigableManager.getIdForBrowser(win.gBrowser.selectedBrowser);
    },
  };
  return '';
})
