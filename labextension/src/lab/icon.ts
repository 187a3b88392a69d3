import { LabIcon } from '@jupyterlab/ui-components';

/** Three steps of a pipeline, in the colour of the theme's icons. */
export const pipelinesIcon = new LabIcon({
  name: 'jupyter-kfp-auth:pipelines',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M8.2 5.2h3.3c1.4 0 2.5 1.1 2.5 2.5v2.1h-1.8V7.7c0-.4-.3-.7-.7-.7H8.2zM8.2 17h3.3c.4 0 .7-.3.7-.7v-2.1H14v2.1c0 1.4-1.1 2.5-2.5 2.5H8.2z"/>
    <circle cx="5.5" cy="6.1" r="3.3"/>
    <circle cx="5.5" cy="17.9" r="3.3"/>
    <circle cx="17" cy="12" r="4.2"/>
  </g>
</svg>`
});
