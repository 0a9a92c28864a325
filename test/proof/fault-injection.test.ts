import { injectFaults } from './inject';
import { SEQUENTIAL } from './shapes';

injectFaults(SEQUENTIAL, { all: 14_385, sample: 352 });
