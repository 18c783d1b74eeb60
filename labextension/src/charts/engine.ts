/**
 * The parts of Apache ECharts that are used: a chunk of its own, loaded when a chart is first shown.
 */

import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import type { ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

register([LineChart, CustomChart, GridComponent, MarkAreaComponent, CanvasRenderer]);

export type { ECharts };
export { init };
