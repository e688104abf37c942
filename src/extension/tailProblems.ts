import * as vscode from 'vscode';
import type { Place } from '../protocol/common';
import type { FaultCount } from '../protocol/tail';
import { faultKey, faultSentence } from './faultWords';
import { rangeOf } from './places';

interface Reported {
  readonly channel: string;
  readonly uri: string;
  readonly diagnostic: vscode.Diagnostic;
}

/** Faults of live messages in the Problems list, where the user has put them; they go when their tail ends. */
export class TailProblems implements vscode.Disposable {
  private readonly shown = vscode.languages.createDiagnosticCollection('tailrace-tail');
  /** By the tail, then by what identifies the fault. */
  private readonly reported = new Map<string, Map<string, Reported>>();

  /** Tells a fault at a place; told again, it takes the place of what it said before. */
  report(tail: string, fault: FaultCount, at: Place): void {
    const diagnostic = new vscode.Diagnostic(rangeOf(at), faultSentence(fault), vscode.DiagnosticSeverity.Warning);
    diagnostic.source = 'Tailrace';
    diagnostic.code = `tail/${fault.verdict}`;
    const own = this.reported.get(tail) ?? new Map<string, Reported>();
    this.reported.set(tail, own.set(faultKey(fault), { channel: fault.channel, uri: at.uri, diagnostic }));
    this.draw();
  }

  /** What one tail has found is gone with it, or with one channel of it. */
  clear(tail: string, channel?: string): void {
    const own = this.reported.get(tail);
    if (!own) return;
    for (const [key, told] of own) if (channel === undefined || told.channel === channel) own.delete(key);
    this.draw();
  }

  clearAll(): void {
    this.reported.clear();
    this.draw();
  }

  private draw(): void {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const own of this.reported.values()) {
      for (const { uri, diagnostic } of own.values()) byFile.set(uri, [...(byFile.get(uri) ?? []), diagnostic]);
    }
    this.shown.clear();
    this.shown.set([...byFile].map(([uri, of]) => [vscode.Uri.parse(uri, true), of]));
  }

  dispose(): void {
    this.shown.dispose();
  }
}
