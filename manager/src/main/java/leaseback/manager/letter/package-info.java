/// What we tell customers in writing.
@NullMarked
package leaseback.manager.letter;

import org.jspecify.annotations.NullMarked;
