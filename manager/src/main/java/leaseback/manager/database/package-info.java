@NullMarked
package leaseback.manager.database;

import org.jspecify.annotations.NullMarked;
