@NullMarked
package leaseback.host.pieces;

import org.jspecify.annotations.NullMarked;
