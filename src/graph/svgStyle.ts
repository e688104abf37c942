/** Colours of a drawing that stands alone. The panel has its own, from the editor's theme. */
const light = `--paper:#fff;--text:#1f2328;--dim:#59636e;--group:#f6f8fa;--line:#d1d9e0;--card:#fff;--chan:#f3f6f9;
--edge:#6e7781;--good:#1a7f37;--dead:#9a6700;--bad:#cf222e;--warn:#bf8700;--kafka:#8250df;--rabbitmq:#bc4c00;--mqtt:#1a7f37;--nats:#0969da`;
const dark = `--paper:#1f1f1f;--text:#d4d4d4;--dim:#9d9d9d;--group:#1a1a1a;--line:#3a3a3a;--card:#262627;--chan:#22262b;
--edge:#7d8896;--good:#5bb98c;--dead:#cca700;--bad:#f14c4c;--warn:#cca700;--kafka:#b48ead;--rabbitmq:#e8935b;--mqtt:#5bb98c;--nats:#4daafc`;

export const svgStyle = `
svg{${light}}
@media (prefers-color-scheme:dark){svg{${dark}}}
.paper{fill:var(--paper)}
text{font-family:system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:var(--text)}
.name{font-size:13px;font-weight:600}.detail{font-size:11px;fill:var(--dim)}
.label{font-size:11px;text-anchor:middle}.plate{fill:var(--paper);stroke:var(--line)}
.shape{fill:var(--chan);stroke:var(--dim);stroke-width:1.4}
.shape.service{fill:var(--card);stroke:var(--line)}.shape.broker{fill:var(--group);stroke:var(--line)}
.ornament{fill:none;stroke:var(--dim);opacity:.6}
.kafka:not(.broker):not(.service){stroke:var(--kafka)}.rabbitmq:not(.broker):not(.service){stroke:var(--rabbitmq)}
.mqtt:not(.broker):not(.service){stroke:var(--mqtt)}.nats:not(.broker):not(.service){stroke:var(--nats)}
.undeclared{stroke-dasharray:4 3}
.edge{fill:none;stroke:var(--edge);stroke-width:1.6}.edge.route{stroke-width:1.2}
.edge.dead{stroke:var(--dead);stroke-dasharray:5 4}.edge.inferred{stroke-dasharray:2 3}.edge.bad{stroke:var(--bad);stroke-width:2}
.arrow{fill:var(--edge)}.arrow.dead{fill:var(--dead)}.arrow.bad{fill:var(--bad)}
.badge.error{fill:var(--bad)}.badge.warning{fill:var(--warn)}
.count{font-size:11px;font-weight:600;text-anchor:middle}.count.error{fill:#fff}.count.warning{fill:#000}
.edge.rate-1{stroke-width:1.6}.edge.rate-2{stroke-width:2.2}.edge.rate-3{stroke-width:3}.edge.rate-4{stroke-width:4}.edge.rate-5{stroke-width:5.2}
.edge.health-good:not(.bad,.dead){stroke:var(--good)}.edge.health-warning:not(.bad){stroke:var(--warn)}.edge.health-error{stroke:var(--bad)}
.pill rect{fill:var(--paper);stroke:var(--dim)}.pill text{font-size:10.5px}.pill.muted text{fill:var(--dim)}
.pill.warning rect{stroke:var(--warn)}.pill.error rect{fill:var(--bad);stroke:var(--bad)}.pill.error text{fill:#fff;font-weight:600}
.pill .pill-sign{fill:none;stroke:var(--text);stroke-width:1.3}.pill.warning .pill-sign{stroke:var(--warn)}.pill.error .pill-sign{stroke:#fff}
`.trim();
