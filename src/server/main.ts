import { startByArguments } from './start';

startByArguments(process.argv);
