// Fits the chart into what the palette leaves free; bpmn-js's own fit puts it beneath.

const MARGIN = 16; // pixels

export function fit(modeler) {
  const canvas = modeler.get('canvas');
  canvas.resized();
  const { inner } = canvas.viewbox();
  const { width, height } = canvas.getSize();
  const palette = canvas.getContainer().querySelector('.djs-palette');
  // On a phone the palette takes a third of the width: there it may cover the chart.
  const left = palette && width > 600 ? palette.offsetLeft + palette.offsetWidth : 0;
  const scale = Math.min(1, (width - left - 2 * MARGIN) / inner.width, (height - 2 * MARGIN) / inner.height);
  if (!(scale > 0) || !Number.isFinite(scale)) return;
  canvas.viewbox({
    x: inner.x - (left + (width - left - inner.width * scale) / 2) / scale,
    y: inner.y - (height - inner.height * scale) / 2 / scale,
    width: width / scale, height: height / scale,
  });
}
