import { Autocomplete, Button, Select } from '@mantine/core';
import { createContext, useContext } from 'react';
import type { FieldError } from '../../api/problem';
import type { Fact } from '../../api/generated/types.gen';
import { choiceOf } from '../../format/operators';
import { Icon } from '../../ui/icons';
import { FactOption, groupsOf } from './fact-option';
import { exchanged, shapeOf, textOf, type Comparison, type GroupKind, type Tree } from './tree';
import { ValueField } from './value-field';

interface Surroundings {
  readonly facts: readonly Fact[];
  /** What is wrong, by JSON Pointer into the rule. */
  readonly errors: readonly FieldError[];
  readonly readOnly: boolean;
}

const Around = createContext<Surroundings>({ facts: [], errors: [], readOnly: true });

const FIRST: Tree = { fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 };

/** Edits a condition tree on the catalog of facts; errors stand at the condition that they are about. */
export function ConditionBuilder({
  tree,
  onChange,
  ...around
}: Surroundings & { readonly tree: Tree; readonly onChange: (tree: Tree) => void }) {
  return (
    <Around value={around}>
      <Node tree={tree} pointer="/conditions" onChange={(to) => onChange(to ?? { all: [] })} />
    </Around>
  );
}

interface NodeProps {
  readonly tree: Tree;
  readonly pointer: string;
  readonly onChange: (tree: Tree | undefined) => void;
}

function Node({ tree, pointer, onChange }: NodeProps) {
  const shape = shapeOf(tree);
  switch (shape.kind) {
    case 'group':
      return <Group of={shape.of} nodes={shape.nodes} pointer={pointer} onChange={onChange} />;
    case 'not':
      return (
        <div className="fd-group" role="group" aria-label="Not">
          <strong>Not</strong>
          <Node
            tree={shape.node}
            pointer={`${pointer}/not`}
            onChange={(to) => onChange(to === undefined ? undefined : { not: to })}
          />
        </div>
      );
    case 'comparison':
      return <Line comparison={shape.comparison} pointer={pointer} onChange={onChange} />;
    case 'other':
      return (
        <div>
          <code>{JSON.stringify(tree)}</code> <span className="fd-dim">edit it in the JSON view</span>
          <Errors pointer={pointer} />
        </div>
      );
  }
}

function Group({
  of,
  nodes,
  pointer,
  onChange,
}: {
  readonly of: GroupKind;
  readonly nodes: readonly Tree[];
  readonly pointer: string;
  readonly onChange: NodeProps['onChange'];
}) {
  const { readOnly } = useContext(Around);
  const set = (to: readonly Tree[]): void => onChange({ [of]: to });
  return (
    <div className="fd-group" role="group" aria-label={of === 'all' ? 'All of' : 'Any of'}>
      <div className="fd-group-head">
        <Select
          aria-label="How the conditions are joined"
          size="xs"
          w={110}
          allowDeselect={false}
          disabled={readOnly}
          data={[
            { value: 'all', label: 'All of' },
            { value: 'any', label: 'Any of' },
          ]}
          value={of}
          onChange={(to) => onChange({ [to === 'any' ? 'any' : 'all']: nodes })}
        />
        {!readOnly && (
          <>
            <Button size="xs" variant="subtle" onClick={() => set([...nodes, FIRST])}>
              Add condition
            </Button>
            <Button size="xs" variant="subtle" onClick={() => set([...nodes, { any: [FIRST] }])}>
              Add group
            </Button>
            <Button size="xs" variant="subtle" onClick={() => set([...nodes, { not: FIRST }])}>
              Add negation
            </Button>
            {pointer !== '/conditions' && <Remove what="group" onClick={() => onChange(undefined)} />}
          </>
        )}
      </div>
      {nodes.map((node, at) => (
        <Node
          key={at}
          tree={node}
          pointer={`${pointer}/${of}/${at}`}
          onChange={(to) => set(exchanged(nodes, at, to))}
        />
      ))}
      {nodes.length === 0 && <span className="fd-dim">No condition yet: the rule cannot be saved so.</span>}
    </div>
  );
}

function Line({
  comparison,
  pointer,
  onChange,
}: {
  readonly comparison: Comparison;
  readonly pointer: string;
  readonly onChange: NodeProps['onChange'];
}) {
  const { facts, readOnly } = useContext(Around);
  const fact = facts.find(({ name }) => name === comparison.fact);
  const set = (to: Partial<Comparison>): void => onChange({ ...comparison, ...to });
  const operators = fact?.operators ?? [comparison.operator];
  return (
    <div>
      <div className="fd-condition">
        <Autocomplete
          aria-label="Fact"
          size="xs"
          disabled={readOnly}
          data={groupsOf(facts)}
          value={comparison.fact}
          onChange={(name) => set({ fact: name })}
          limit={200}
          comboboxProps={{ width: 340, position: 'bottom-start' }}
          renderOption={({ option }) => <FactOption fact={facts.find(({ name }) => name === option.value)} />}
        />
        <Select
          aria-label="Operator"
          size="xs"
          allowDeselect={false}
          disabled={readOnly}
          data={[...new Set([...operators, comparison.operator])].map((operator) => ({
            value: operator,
            label: choiceOf(operator),
          }))}
          value={comparison.operator}
          onChange={(operator) => operator !== null && set({ operator })}
        />
        <ValueField
          fact={fact}
          value={comparison.value}
          readOnly={readOnly}
          onChange={(value) => set({ value })}
        />
        {!readOnly && <Remove what="condition" onClick={() => onChange(undefined)} />}
      </div>
      <div className="fd-dim fd-hint">
        {fact === undefined
          ? 'Not in the catalog of facts.'
          : `${fact.meaning} ${fact.type}${fact.unit === null ? '' : `, ${fact.unit}`}; as ${textOf(fact.example)}`}
      </div>
      <Errors pointer={pointer} />
    </div>
  );
}

function Remove({ what, onClick }: { readonly what: string; readonly onClick: () => void }) {
  return (
    <Button size="xs" px={6} variant="subtle" color="gray" aria-label={`Remove ${what}`} onClick={onClick}>
      <Icon name="close" />
    </Button>
  );
}

function Errors({ pointer }: { readonly pointer: string }) {
  const { errors } = useContext(Around);
  return errors
    .filter((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`))
    .map(({ pointer: at, detail }) => (
      <div key={`${at} ${detail}`} className="fd-tone-bad fd-hint" role="alert">
        {detail}
      </div>
    ));
}
