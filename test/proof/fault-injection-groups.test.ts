import { GROUPS } from './group-shapes';
import { injectFaults } from './inject';

injectFaults(GROUPS, { all: 29_628, sample: 639 });
