/**
 * What can be done with things, as commands: in the palette, in menus, and about the one that a person works with.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IconName } from '../icons';
import { complain } from '../runs/shell/questions';
import { labIcon } from '../ui/labIcon';

export type Args = ReadonlyPartialJSONObject;

/** One command. */
export interface IVerb<Row> {
  readonly id: string;
  readonly label: string;
  /** What menus say, where the place says what it is about. */
  readonly short?: string;
  readonly caption: string;
  readonly icon?: IconName;
  /** Schemas of its arguments, by name; those of a verb about one thing have `id` besides. */
  readonly args?: ReadonlyJSONObject;
  /** Whether it makes sense for a thing of which only so much may be known. */
  readonly fits?: (row: Row) => boolean;
  /** What its card in the launcher says. */
  readonly card?: string;
  /** Another label, where the thing is known. */
  readonly labelFor?: (row: Row, args: Args) => string;
  /** Another label, where nothing but the id is known. */
  readonly labelOf?: (id: string, args: Args) => string | undefined;
  readonly isEnabled?: (args: Args) => boolean;
  /** Do it; `id` is empty for what is not about one thing. */
  readonly execute: (id: string, args: Args) => unknown;
  readonly isAboutOne?: boolean;
  /** Whether menus leave it out where it makes no sense. */
  readonly isRare?: boolean;
}

/** What verbs are about. */
export interface ISubject<Row> {
  /** Return the id that arguments name, else that of the one in use; empty if there is none. */
  of(args: Args): string;
  /** Return what is known of it. */
  find(id: string): Row | undefined;
  /** What its id is, for who calls the command. */
  readonly idWords: string;
}

/** Add a command. What goes wrong is said, and ends there. */
export function addVerb<Row>(commands: CommandRegistry, verb: IVerb<Row>, subject: ISubject<Row>): void {
  const rowOf = (args: Args): Row | undefined =>
    verb.isAboutOne ? subject.find(subject.of(args)) : undefined;
  const isEnabled = (args: Args): boolean => {
    if (verb.isEnabled?.(args) === false) {
      return false;
    }
    const row = rowOf(args);
    return !verb.isAboutOne || (subject.of(args) !== '' && (row === undefined || (verb.fits?.(row) ?? true)));
  };
  commands.addCommand(verb.id, {
    label: args => {
      if (args.isLauncher && verb.card !== undefined) {
        return verb.card;
      }
      if (args.isPalette) {
        return verb.label;
      }
      const row = rowOf(args);
      const known = row === undefined ? undefined : verb.labelFor?.(row, args);
      return known ?? verb.labelOf?.(subject.of(args), args) ?? verb.short ?? verb.label;
    },
    caption: verb.caption,
    icon: args => (args.isPalette || verb.icon === undefined ? undefined : labIcon(verb.icon)),
    describedBy: { args: schemaOf(verb, subject.idWords) },
    isEnabled,
    isVisible: args => !verb.isRare || isEnabled(args),
    execute: async (args): Promise<unknown> => {
      try {
        return await verb.execute(verb.isAboutOne ? subject.of(args) : '', args);
      } catch (error) {
        complain(error);
        return undefined;
      }
    }
  });
}

/** Return the schema of an argument that says whether to ask before. */
export function askSchema(words: string): ReadonlyJSONObject {
  return { ask: { type: 'boolean', default: true, description: words } };
}

function schemaOf<Row>(verb: IVerb<Row>, idWords: string): ReadonlyJSONObject {
  const id = { type: 'string', description: idWords };
  return {
    type: 'object',
    properties: { ...(verb.isAboutOne ? { id } : {}), ...verb.args },
    additionalProperties: true
  };
}
