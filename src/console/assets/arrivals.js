// Tells other scripts what comes onto the page: at first all of it, later what live updates and dialogs bring.
{
  const listeners = [];

  /** Calls `dress` with the page's body now, and with each element that comes or changes. */
  window.pgtaskqueue.onArrival = (dress) => {
    listeners.push(dress);
    dress(document.body);
  };

  const watched = { subtree: true, childList: true, characterData: true, attributeFilter: ['datetime'] };
  new MutationObserver((records) => {
    const changed = new Set();
    for (const { target, addedNodes } of records) {
      if (addedNodes.length === 0) changed.add(target);
      for (const node of addedNodes) changed.add(node);
    }
    for (const node of changed) {
      const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
      if (element?.isConnected) for (const dress of listeners) dress(element);
    }
  }).observe(document.body, watched);
}
