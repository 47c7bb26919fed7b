/** How a report looks, light and dark, on a screen and on paper. A string, since tests load no style sheets. */
export const pageStyle = `
:root {
  color-scheme: light;
  --ground: #ffffff;
  --text: #1b1c1f;
  --quiet: #62656d;
  --line: #e2e2dd;
  --accent: #2350b8;
  --sunken: #f3f3f0;
}
:root[data-theme='dark'] {
  color-scheme: dark;
  --ground: #151619;
  --text: #e9eaec;
  --quiet: #a2a6af;
  --line: #34373e;
  --accent: #86a8ff;
  --sunken: #202227;
}
* {
  box-sizing: border-box;
}
body {
  margin: 0 auto;
  padding: 32px 24px 64px;
  max-width: 1080px;
  background: var(--ground);
  color: var(--text);
  font:
    15px/1.5 Inter,
    system-ui,
    sans-serif;
  font-variant-numeric: tabular-nums;
}
header {
  display: flex;
  justify-content: space-between;
  gap: 16px;
  align-items: start;
}
h1 {
  margin: 0;
  font-size: 24px;
  line-height: 1.25;
  overflow-wrap: anywhere;
}
h2 {
  margin: 40px 0 8px;
  padding-top: 10px;
  border-top: 1px solid var(--line);
  font-size: 18px;
}
h3 {
  margin: 32px 0 6px;
  font-size: 16px;
  overflow-wrap: anywhere;
}
td.right {
  white-space: nowrap;
}
.rimmed {
  paint-order: stroke;
  stroke: var(--ground);
  stroke-width: 3px;
  stroke-linejoin: round;
}
p {
  margin: 6px 0;
  max-width: 78ch;
  overflow-wrap: anywhere;
}
.quiet,
figcaption,
caption {
  color: var(--quiet);
}
.answer {
  font-size: 17px;
  font-weight: 600;
}
nav ul {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 18px;
  margin: 12px 0 0;
  padding: 0;
  list-style: none;
}
a {
  color: var(--accent);
}
button {
  flex: none;
  font: inherit;
  font-size: 13px;
  color: inherit;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--ground);
  padding: 3px 9px;
  cursor: pointer;
}
button:hover {
  background: var(--sunken);
}
:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}
figure {
  margin: 14px 0 20px;
}
.chart svg {
  display: block;
  max-width: 100%;
}
.still {
  max-width: 100%;
  overflow-x: auto;
  background: #ffffff;
}
.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
  margin-bottom: 6px;
}
.legend button {
  display: inline-flex;
  gap: 6px;
  align-items: center;
  padding: 1px 8px;
}
.legend button[aria-pressed='false'] {
  opacity: 0.55;
  text-decoration: line-through;
}
.readout {
  min-height: 44px;
  font-size: 13px;
}
.readout p {
  margin: 0;
  color: var(--quiet);
}
.readout dl {
  display: flex;
  flex-wrap: wrap;
  gap: 0 18px;
  margin: 0;
}
.readout dt {
  color: var(--quiet);
}
.readout dd {
  margin: 0 0 0 -12px;
  font-weight: 600;
}
figcaption {
  max-width: 90ch;
  font-size: 13px;
}
.scroll {
  overflow-x: auto;
}
table {
  border-collapse: collapse;
  margin: 10px 0;
  font-size: 13px;
}
caption {
  text-align: left;
  padding-bottom: 4px;
}
th,
td {
  padding: 3px 14px 3px 0;
  border-bottom: 1px solid var(--line);
  text-align: left;
  vertical-align: top;
}
th {
  color: var(--quiet);
  font-weight: 500;
}
.right {
  text-align: right;
}
dl.facts {
  display: grid;
  grid-template-columns: max-content minmax(0, 1fr);
  gap: 2px 18px;
  margin: 8px 0;
}
dl.facts dt {
  color: var(--quiet);
}
dl.facts dd {
  margin: 0;
  overflow-wrap: anywhere;
}
pre {
  padding: 10px 12px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--sunken);
  font:
    12.5px/1.5 ui-monospace,
    'SF Mono',
    'DejaVu Sans Mono',
    monospace;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
@media print {
  #theme,
  nav,
  .readout {
    display: none !important;
  }
  body {
    max-width: none;
    padding: 0;
    font-size: 11px;
  }
  figure,
  tr {
    break-inside: avoid;
  }
}
`
