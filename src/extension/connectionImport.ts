import type { ConnectionSource } from '../protocol/connections';
import type { Draft } from './connectionDraft';
import { choose } from './multiStep';
import type { Step } from './multiStep';
import type { Server } from './server';
import { draftFrom } from './sourceDraft';
import { surroundings } from './surroundings';

/** Chooses one of the ways that files of the workspace tell, and whether its password is taken. */
export class SourcePicker {
  private sources: readonly ConnectionSource[] = [];
  private chosen: ConnectionSource | undefined;

  constructor(private readonly server: Server) {}

  /** The steps that fill the draft. */
  steps(draft: Draft): readonly Step[] {
    return [
      async (frame) => {
        if (!surroundings().isTrusted) throw new Error('This workspace is not trusted, so its files decide no connection. Trust it first.');
        this.sources = await this.server.connectionSources();
        if (this.sources.length === 0) throw new Error('No file of this workspace says where a broker is.');
        return this.source(draft)(frame);
      },
      ...(this.chosen?.hasSecret ? [this.secret(draft, this.chosen)] : []),
    ];
  }

  private source(draft: Draft): Step {
    return choose<ConnectionSource | undefined>(
      'Which of these?',
      this.sources.map((source) => ({ label: source.broker, description: `${source.url} · ${source.file}`, value: source })),
      () => this.sources.find(({ id }) => id === this.chosen?.id),
      (source) => {
        if (source === undefined || source.id === this.chosen?.id) return;
        this.chosen = source;
        Object.assign(draft, draftFrom(source));
      },
    );
  }

  private secret(draft: Draft, source: ConnectionSource): Step {
    return async (frame) => {
      let take = false;
      const way = await choose<boolean>(
        `${source.file} gives a password${source.user ? ` for ${source.user}` : ''}. Take it?`,
        [
          { label: 'Take it', description: 'a copy goes into secret storage; the file stays as it is', value: true },
          { label: 'Leave it', description: 'you are asked for one', value: false },
        ],
        () => false,
        (value) => {
          take = value;
        },
      )(frame);
      if (way === 'next' && take) {
        const found = await this.server.sourceSecrets(source.id);
        draft.password = draft.token = found?.password ?? '';
      }
      return way;
    };
  }

  /** What could not be taken over from the chosen file, to be told once the dialogue is done. */
  get notes(): readonly string[] {
    return this.chosen?.notes ?? [];
  }
}
