import { explorer } from './lab/plugin';

/** What this package adds to JupyterLab and Notebook 7. */
export default [explorer];
