import type { Sourced } from '../../text/range';
import type { ServiceFact } from '../../model/facts';
import type { Component } from './component';
import { dialect } from './dialect';

/** The programs that a component or subscription names by their app ids. */
export function appFacts(apps: readonly Sourced<string>[], c?: Component): ServiceFact[] {
  return apps.map((name) => ({
    kind: 'service', dialect, extent: name.at, name,
    ...(c === undefined ? {} : { note: `It may use the component ${c.name.value} (${c.type}).` }),
  }));
}
