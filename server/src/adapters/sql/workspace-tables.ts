/** The relational tables of the workspace. */
export interface WorkspaceTables {}
