// Selects an element and brings it into view, on the chart and on the page.

export function goTo(modeler, element) {
  const canvas = modeler.get('canvas');
  modeler.get('selection').select(element);
  if (element === canvas.getRootElement()) return;
  canvas.scrollToElement(element, { top: 120, right: 120, bottom: 120, left: 120 });
  canvas.getContainer().scrollIntoView({ block: 'nearest' });
}
