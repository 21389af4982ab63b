import type { EditorCommands } from '@plenary/editor';
import Code from '@lucide/svelte/icons/square-code';
import Image from '@lucide/svelte/icons/image';
import Minus from '@lucide/svelte/icons/minus';
import Radical from '@lucide/svelte/icons/radical';
import Sigma from '@lucide/svelte/icons/sigma';
import Table from '@lucide/svelte/icons/table';
import type { MenuEntry } from '#lib/ui/menu-entry.ts';
import { m } from '#messages';

/** Size of a new table: a header row and two more, to be grown by Tab and the table menu. */
const NEW_TABLE = { rows: 3, columns: 3 };

/** What can be put at the caret. */
export function insertEntries(commands: EditorCommands, pickImage: () => void): MenuEntry[] {
  return [
    { key: 'image', label: m.insert_image(), icon: Image, run: pickImage },
    {
      key: 'table',
      label: m.insert_table(),
      icon: Table,
      run: () => void commands.insertTable(NEW_TABLE.rows, NEW_TABLE.columns),
    },
    {
      key: 'equation',
      label: m.insert_equation(),
      hint: '$$',
      icon: Sigma,
      run: () => void commands.insertEquation(),
    },
    {
      key: 'formula',
      label: m.insert_formula(),
      hint: '$…$',
      icon: Radical,
      run: () => void commands.insertMath(),
    },
    {
      key: 'code',
      label: m.insert_code(),
      hint: '```',
      icon: Code,
      run: () => void commands.setBlockType('code_block'),
    },
    { key: 'rule', label: m.insert_rule(), icon: Minus, run: () => void commands.insertRule() },
  ];
}

/** What can be done to the table at the caret. */
export function tableEntries(commands: EditorCommands): MenuEntry[] {
  return [
    { key: 'row-before', label: m.table_row_before(), run: () => void commands.addRowBefore() },
    { key: 'row-after', label: m.table_row_after(), run: () => void commands.addRowAfter() },
    {
      key: 'column-before',
      label: m.table_column_before(),
      run: () => void commands.addColumnBefore(),
    },
    {
      key: 'column-after',
      label: m.table_column_after(),
      run: () => void commands.addColumnAfter(),
    },
    {
      key: 'header-row',
      label: m.table_header_row(),
      startsGroup: true,
      run: () => void commands.toggleHeaderRow(),
    },
    {
      key: 'header-column',
      label: m.table_header_column(),
      run: () => void commands.toggleHeaderColumn(),
    },
    {
      key: 'row-delete',
      label: m.table_row_delete(),
      startsGroup: true,
      run: () => void commands.deleteRow(),
    },
    {
      key: 'column-delete',
      label: m.table_column_delete(),
      run: () => void commands.deleteColumn(),
    },
    {
      key: 'table-delete',
      label: m.table_delete(),
      isDangerous: true,
      run: () => void commands.deleteTable(),
    },
  ];
}
