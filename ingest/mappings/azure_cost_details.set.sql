-- Whether the two files differ where they should not: only then are they compared line by line.
set variable files_differ = (select bool_or(SharedActual <> SharedAmortized) from control)
