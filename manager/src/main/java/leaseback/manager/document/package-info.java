/// Bills, self-billed invoices, credit notes and statements: their figures, their XML of EN 16931, and the page people read.
@NullMarked
package leaseback.manager.document;

import org.jspecify.annotations.NullMarked;
