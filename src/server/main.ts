import { startByArguments } from './server';

startByArguments(process.argv);
