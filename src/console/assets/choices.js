// Remembers what a viewer has chosen, such as the theme: for this console, or for those of all cells of the server.
window.pgtaskqueue = {
  remember(name, value) {
    const [path] = /^\/[^/]+/.exec(new URL(document.baseURI).pathname);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https
    document.cookie = `pgtaskqueue-${name}=${value}; path=${path}; max-age=31536000; samesite=strict`;
  },
};
