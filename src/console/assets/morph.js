// Turns an element into what the server now has for it, in place: what has not changed keeps its focus, its selection,
// its animation and whether it is open.
{
  /** Changes the element with the id of the HTML's; returns whether there is one. */
  window.pgtaskqueue.morph = (id, html) => {
    const old = document.getElementById(id);
    if (!old) return false;
    const fresh = window.pgtaskqueue.parse(html);
    if (fresh) morph(old, fresh);
    return true;
  };

  /** The one element of some HTML. A template takes rows and cells of tables as well. */
  window.pgtaskqueue.parse = (html) => {
    const template = document.createElement('template');
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  function morph(old, fresh) {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
      old.replaceWith(fresh);
    } else if (old.nodeType === Node.ELEMENT_NODE) {
      morphAttributes(old, fresh);
      if (old.contains(document.activeElement) && old.matches('input, select, textarea')) return;
      morphChildren(old, fresh);
    } else if (old.nodeValue !== fresh.nodeValue) {
      old.nodeValue = fresh.nodeValue;
    }
  }

  /** Whether details are open and which row has the cursor is the viewer's doing. */
  const isViewers = (element, name) => name === 'open' && element.nodeName === 'DETAILS';

  function morphAttributes(old, fresh) {
    const hasCursor = old.classList.contains('cursor');
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !isViewers(old, name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value && !isViewers(old, name)) old.setAttribute(name, value);
    }
    if (hasCursor) old.classList.add('cursor');
  }

  function morphChildren(old, fresh) {
    const [has, wants] = [[...old.childNodes], [...fresh.childNodes]];
    for (const [i, child] of wants.entries()) {
      if (i < has.length) morph(has[i], child);
      else old.append(child);
    }
    for (const child of has.slice(wants.length)) child.remove();
  }
}
