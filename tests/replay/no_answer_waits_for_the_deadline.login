# Nobody answered: the client hears it just before it gives up, and nothing is left to cancel.
   0       request A alice right id=1     -> check_password A
   0       password ok A                  -> start_call A
   25s     factor no_answer A             -> nothing
   26s     request B alice right id=2     -> nothing
   27s     again A                        -> nothing
   49s     clock                          -> reject A; reject B; login reject no_answer 2

calls 1
