// A classic script in the head, so that a stored theme holds before the first paint.
(function () {
  try {
    const stored = localStorage.getItem('hone.theme');
    if (stored === 'light' || stored === 'dark') {
      document.documentElement.dataset.theme = stored;
    }
  } catch {
    // Storage can be forbidden; the system's theme is used then.
  }
})();
